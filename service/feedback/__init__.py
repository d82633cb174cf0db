"""What people say of scores: taken in, reviewed, guarded against misuse, and handed to training."""
