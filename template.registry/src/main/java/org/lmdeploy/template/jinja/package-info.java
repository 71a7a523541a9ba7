/**
 * Renders chat templates in Jinja as transformers does: an interpreter that knows JSON values
 * alone, with limits on time, size and depth, since templates come with downloaded checkpoints.
 *
 * <p>Why an interpreter and no library: of 128 templates of published checkpoints, each rendered
 * with 12 conversations and compared with Python's jinja2, jinjava 2.8.3 (the one maintained
 * library for Java) renders 4 without a difference, this package 126. jinjava lacks steps in
 * slices, named arguments of functions, Python's methods of texts and the {@code generation} block,
 * and brings ten megabytes of libraries and access to Java objects by reflection. The two that
 * differ rely on markup escaping after {@code safe} and on a generator failing in {@code tojson}.
 */
package org.lmdeploy.template.jinja;
