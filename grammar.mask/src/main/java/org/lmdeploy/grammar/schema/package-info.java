/**
 * JSON Schema to grammars. A schema that is taken lets through valid values only; whatever cannot
 * be guaranteed is refused with its keyword and place.
 */
package org.lmdeploy.grammar.schema;
