"""Release: a folder with nothing in it but what passed the gate, what is known of it, and questions for a person."""
