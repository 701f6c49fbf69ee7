"""Talk with what is not believed: our own processes around native code, and servers that anyone may have written."""
