"""XML ⇄ documents, directed by a schema: what an agency that speaks XML or SOAP says, in the same mapping language as the rest.

Holds: the grammar that a schema with its `xml:` keywords gives (`grammar`), the hardened parser (`parse`), the decoder and the encoder
compiled from a grammar (`decode`, `encode`), XSD's lexical forms (`forms`), SOAP envelopes and faults (`soap`), UsernameToken (`security`).
Laws: 1. Nothing is guessed from a message: whether a place is a list, a number or a text is the schema's word; 0, 1 and many elements
give an array. 2. Names are compared by namespace, never by prefix. 3. What the schema does not name is dropped and counted, or
refused; text between elements, a repeated element and a document type are refused. 4. A value never becomes structure.
Must not know: sockets, routes, YAML; clocks and chance are arguments.
"""
