/** The parts of JSON as elements of grammars: strings, numbers, arrays, objects. */
package org.lmdeploy.grammar.json;
