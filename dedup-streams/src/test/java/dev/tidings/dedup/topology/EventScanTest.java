package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.event.limits.EventLimits;
import dev.tidings.registry.InMemorySchemaRegistry;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.Micros;
import dev.tidings.wire.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A scan agrees with the full read, on what is right and on what is wrong. */
class EventScanTest {
  private static final String[] TEXTS = {
    "", "a", "disk.Failed", "größe", "a b\tc", "nul\0", "x".repeat(257)
  };
  private final EventValues values =
      EventValues.register(new InMemorySchemaRegistry(), Topics.DEFAULT);

  @Property(tries = 3_000)
  void whatItAcceptsTheFullReadAcceptsToo(@ForAll long seed) {
    Random random = new Random(seed);
    Event event = event(random);
    byte[] value = values.encode(event);
    if (random.nextInt(4) == 0) {
      for (int i = random.nextInt(3); i >= 0; i--) {
        value[5 + random.nextInt(value.length - 5)] = (byte) random.nextInt(256);
      }
    }
    EventScan scan = EventScan.of(value, EventLimits.DEFAULT);
    if (scan == null || scan.id() == null) {
      return;
    }
    Event read = values.read(value);
    assertThat(scan.id()).isEqualTo(read.getId());
    assertThat(scan.type()).isEqualTo(read.getType());
    assertThat(scan.firstMicros()).isEqualTo(Micros.of(read.getFirstTimestamp()));
    assertThat(scan.lastMicros()).isEqualTo(Micros.of(read.getLastTimestamp()));
    assertThat(scan.count()).isEqualTo(read.getCount());
    assertThat(KindHash.ofKind(value, scan.kindStart(), scan.kindEnd()))
        .isEqualTo(KindHash.ofKind(read));
    assertThat(KindHash.ofSource(value, scan.sourceStart(), scan.sourceEnd()))
        .isEqualTo(KindHash.ofSource(read));
  }

  @Property(tries = 1_000)
  void itAcceptsWhatIsUsual(@ForAll long seed) {
    Random random = new Random(seed);
    Event event = event(random);
    boolean plain = isPlain(event);
    byte[] value = values.encode(event);

    EventScan scan = EventScan.of(value, EventLimits.DEFAULT);
    if (plain) {
      assertThat(scan).isNotNull();
      assertThat(scan.id()).isEqualTo(event.getId());
    } else if (scan != null) {
      assertThat(isReadable(value)).isTrue();
    }
  }

  private boolean isReadable(byte[] value) {
    try {
      values.read(value);
      return true;
    } catch (MalformedValueException e) {
      return false;
    }
  }

  private static boolean isPlain(Event event) {
    return isPlainName(event.getType(), true)
        && isPlainName(event.getSource().getNode(), true)
        && isPlainName(event.getSource().getComponent(), true)
        && (event.getObject() == null
            || isPlainName(event.getObject().getKind(), true)
                && isPlainName(event.getObject().getNamespace(), false)
                && isPlainName(event.getObject().getName(), true)
                && isPlainName(event.getObject().getUid(), false))
        && event.getAttributes().keySet().stream().allMatch(name -> isPlainName(name, true))
        && event.getCount() >= 1
        && !event.getLastTimestamp().isBefore(event.getFirstTimestamp());
  }

  private static boolean isPlainName(String name, boolean required) {
    return name.chars().allMatch(c -> c > 0 && c < 128)
        && name.length() <= 256
        && (!required || !name.isEmpty());
  }

  private static Event event(Random random) {
    Map<String, String> attributes = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      attributes.put(text(random) + i, text(random));
    }
    Instant first = Instant.EPOCH.plusSeconds(random.nextInt());
    return new Event(
        new UUID(random.nextLong(), random.nextLong()),
        text(random),
        Severity.values()[random.nextInt(Severity.values().length)],
        new Source(text(random), "component"),
        random.nextBoolean()
            ? null
            : new ObjectReference("Disk", text(random), "sda", random.nextBoolean() ? "" : "u"),
        text(random),
        attributes,
        first,
        first.plusMillis(random.nextInt(1_000) - 10),
        (long) random.nextInt(4) + (random.nextInt(5) == 0 ? 0 : 1));
  }

  /** Mostly usual. */
  private static String text(Random random) {
    return random.nextInt(5) == 0
        ? TEXTS[random.nextInt(TEXTS.length)]
        : "name-" + random.nextInt(9);
  }
}
