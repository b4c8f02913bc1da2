"""What a document says about itself: title, number, days, who issued it; makes nothing up, and reads nothing of its text."""
