/**
 * The registry of chat templates: built-in ones as data, and the checkpoints' own Jinja templates.
 */
package org.lmdeploy.template;
