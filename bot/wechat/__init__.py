"""WeChat: the platform's edge, what may come in (door) and how a reply goes out (render); decides nothing."""
