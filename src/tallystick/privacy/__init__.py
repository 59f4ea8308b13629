"""Personal data: found in texts and replaced, kept under a key per person, erased by destroying that key.

In: texts, persons' ids. Out: redacted texts, keyed pseudonyms, ciphertexts. Verb: `scan`.
Must not know: what the texts are about, any measure or verdict. No emotion is inferred, from anything.
"""
