"""What takes the console longer than a click: begun once, done apart from the worker, followed from any; no page is made here."""
