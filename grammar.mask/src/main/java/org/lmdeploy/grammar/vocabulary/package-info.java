/** The tokens of a model as byte strings, and which of them a state of a grammar lets through. */
package org.lmdeploy.grammar.vocabulary;
