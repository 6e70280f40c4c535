//! Views drawn into a buffer at several sizes, and sizes at random.
