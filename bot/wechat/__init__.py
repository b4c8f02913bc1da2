"""The platform's edge: what may come in (door), and how a reply goes out (render)."""
