"""Content in and out of the formats that editors and other programs use: pure conversions, bytes and text both ways."""
