/** New projects for plugins, from the templates that lie beside these classes. */
package org.lmdeploy.shell.scaffold;
