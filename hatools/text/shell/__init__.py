"""Scripts as a shell reads them, without running anything: words, statements, what counts."""
