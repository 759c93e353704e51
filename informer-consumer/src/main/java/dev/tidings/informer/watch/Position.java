package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.Arrays;
import org.apache.kafka.common.Uuid;

/** A resource version under way: for one thread. */
final class Position {
  private final Uuid topicId;
  private long[] offsets;

  Position(ResourceVersion from) {
    topicId = from.topicId();
    offsets = from.offsets();
  }

  boolean includes(int partition, long offset) {
    return partition < offsets.length && offset < offsets[partition];
  }

  void include(int partition, long offset) {
    advanceTo(partition, offset + 1);
  }

  /** Takes over whatever is further; partitions that are ahead stay there. */
  void advanceTo(ResourceVersion other) {
    for (int partition = 0; partition < other.partitions(); partition++) {
      advanceTo(partition, other.offset(partition));
    }
  }

  ResourceVersion toResourceVersion() {
    return ResourceVersion.of(topicId, offsets);
  }

  private void advanceTo(int partition, long offset) {
    if (partition >= offsets.length) {
      offsets = Arrays.copyOf(offsets, partition + 1);
    }
    offsets[partition] = Math.max(offsets[partition], offset);
  }
}
