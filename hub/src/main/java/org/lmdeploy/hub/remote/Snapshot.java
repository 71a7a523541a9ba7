package org.lmdeploy.hub.remote;

import java.nio.file.Path;

/**
 * The files of a revision in a cache.
 *
 * @param folder the folder
 * @param commit the commit, or the revision where a hub does not tell commits
 */
record Snapshot(Path folder, String commit) {}
