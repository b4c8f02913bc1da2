"""What is true: content files in, an immutable snapshot out, and decisions about questions.

Pure: only `load` opens files, and nothing here knows Redis, HTTP, settings or the clock.
"""
