"""Words: candidates, and what the word list, the image and the language model say of them."""
