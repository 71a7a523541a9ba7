/**
 * Output formats as token masks: a format becomes a grammar over bytes, and every step of an answer
 * asks it which tokens of the vocabulary may come next.
 *
 * <p>The bundle is named {@code grammar.mask} by the way in which it serves the contract, as {@code
 * tokenizer.hf} is: another one may do without masks of whole vocabularies.
 */
package org.lmdeploy.grammar;
