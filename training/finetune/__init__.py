"""Fine-tune one sentence encoder on all tasks at once; torch lives here and in the export only."""
