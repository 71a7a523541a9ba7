/**
 * Renders chat templates in Jinja as transformers does: an interpreter that knows JSON values alone,
 * with limits on time, size and depth, since templates come with downloaded checkpoints.
 */
package org.lmdeploy.template.jinja;
