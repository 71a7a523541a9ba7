/**
 * Pushdown automatons over bytes: a state is a set of stacks, each a way of reading what has come,
 * and no state is a dead end.
 */
package org.lmdeploy.grammar.automaton;
