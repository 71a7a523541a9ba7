package org.lmdeploy.hub;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.lmdeploy.api.tensor.HostTensor;
import org.lmdeploy.api.weights.Checkpoint;

/** A checkpoint and another one that belongs to it, whose names get a prefix. Closes both. */
final class CheckpointWithPart implements Checkpoint {
  private final Checkpoint main;
  private final String prefix;
  private final Checkpoint part;
  private final Set<String> names;

  CheckpointWithPart(Checkpoint main, String prefix, Checkpoint part) {
    this.main = main;
    this.prefix = prefix;
    this.part = part;
    Set<String> all = new TreeSet<>(main.names());
    part.names().forEach(name -> all.add(prefix + name));
    names = Collections.unmodifiableSet(all);
  }

  @Override
  public Set<String> names() {
    return names;
  }

  @Override
  public HostTensor tensor(String name) {
    return name.startsWith(prefix)
        ? part.tensor(name.substring(prefix.length()))
        : main.tensor(name);
  }

  @Override
  public long bytes() {
    return main.bytes() + part.bytes();
  }

  @Override
  public void close() {
    try {
      part.close();
    } finally {
      main.close();
    }
  }
}
