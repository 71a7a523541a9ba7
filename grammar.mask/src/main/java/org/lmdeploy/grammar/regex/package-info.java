/** Regular expressions: their syntax, and their automatons over the bytes of UTF-8 or JSON. */
package org.lmdeploy.grammar.regex;
