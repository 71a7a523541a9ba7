package org.lmdeploy.server.http;

/**
 * What callers may do beyond asking models.
 *
 * @param abortRequests whether they may end requests, also those of others
 * @param manageModels whether they may load and unload models
 * @param terminate whether they may end the process
 * @param unknownFields whether their requests may have fields that nobody knows, which are ignored
 */
public record Permissions(
    boolean abortRequests, boolean manageModels, boolean terminate, boolean unknownFields) {
  /** Nothing. */
  public static final Permissions NONE = new Permissions(false, false, false, false);
}
