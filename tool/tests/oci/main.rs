//! Container images as they come, good and hostile: which one is chosen, what is unpacked, and
//! that nothing outside of the target is ever touched.

mod any;
mod builder;
mod choice;
mod hostile;
mod layers;
