package dev.tidings.informer.watch;

import dev.tidings.informer.rv.ResourceVersion;
import java.util.Arrays;
import org.apache.kafka.common.Uuid;

/** A resource version under way: for one thread. */
final class Position {
  private final Uuid topicId;
  private long[] offsets;
  private long expiry;

  Position(ResourceVersion from) {
    topicId = from.topicId();
    offsets = from.offsets();
    expiry = from.expiry();
  }

  boolean includes(int partition, long offset) {
    if (partition == LogChange.EXPIRY) {
      return offset < expiry;
    }
    return partition < offsets.length && offset < offsets[partition];
  }

  void include(int partition, long offset) {
    if (partition == LogChange.EXPIRY) {
      expiry = Math.max(expiry, offset + 1);
    } else {
      advanceTo(partition, offset + 1);
    }
  }

  /** Whether something of a partition is included that the other does not include. */
  boolean isBeyond(ResourceVersion other) {
    for (int partition = 0; partition < offsets.length; partition++) {
      if (offsets[partition] > other.offset(partition)) {
        return true;
      }
    }
    return false;
  }

  /** Takes over whatever is further; partitions that are ahead stay there. */
  void advanceTo(ResourceVersion other) {
    for (int partition = 0; partition < other.partitions(); partition++) {
      advanceTo(partition, other.offset(partition));
    }
    expiry = Math.max(expiry, other.expiry());
  }

  ResourceVersion toResourceVersion() {
    return ResourceVersion.of(topicId, offsets).withExpiry(expiry);
  }

  private void advanceTo(int partition, long offset) {
    if (partition >= offsets.length) {
      offsets = Arrays.copyOf(offsets, partition + 1);
    }
    offsets[partition] = Math.max(offsets[partition], offset);
  }
}
