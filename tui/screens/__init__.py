"""The screens of the desk and the dialogs over them."""
