package dev.tidings.recorder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.event.Event;
import dev.tidings.event.Severity;
import dev.tidings.event.Source;
import dev.tidings.recorder.journal.JournalRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class InFlightTest {
  private static final UUID JOURNAL = new UUID(1, 1);

  private final JournaledEvent event = event();

  @Property(tries = 500)
  void theJournalIsAcknowledgedUpToTheFirstThatIsNotSettled(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Long> acknowledged = new ArrayList<>();
    InFlight inFlight = new InFlight(1_000, 0, acknowledged::add);
    List<InFlight.Entry> open = new ArrayList<>();
    TreeSet<Long> unsettled = new TreeSet<>();
    long position = 0;
    for (int step = 0; step < 200; step++) {
      if (open.isEmpty() || random.nextInt(2) == 0) {
        open.add(inFlight.add(outgoing(position)));
        unsettled.add(position);
        position += 8;
      } else {
        InFlight.Entry entry = open.remove(random.nextInt(open.size()));
        assertThat(inFlight.settle(entry)).isTrue();
        assertThat(inFlight.settle(entry)).as("again").isFalse();
        unsettled.remove(entry.outgoing().position());
      }
      long expected = unsettled.isEmpty() ? position : unsettled.first();
      long told = acknowledged.isEmpty() ? 0 : acknowledged.get(acknowledged.size() - 1);
      assertThat(told).isEqualTo(expected);
      assertThat(inFlight.awaitSettled(expected, 0)).isTrue();
      assertThat(unsettled.isEmpty() || !inFlight.awaitSettled(position, 0)).isTrue();
    }
    assertThat(acknowledged).isSorted();
  }

  @Property(tries = 500)
  void afterARestartOnlyWhatDidNotSettleIsSentAgain(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    long[] acknowledged = {0};
    InFlight inFlight = new InFlight(1_000, 0, told -> acknowledged[0] = told);
    List<InFlight.Entry> old = new ArrayList<>();
    TreeSet<Long> settled = new TreeSet<>();
    int count = 1 + random.nextInt(50);
    for (int i = 0; i < count; i++) {
      old.add(inFlight.add(outgoing(8L * i)));
    }
    for (InFlight.Entry entry : old) {
      if (random.nextBoolean()) {
        inFlight.settle(entry);
        settled.add(entry.outgoing().position());
      }
    }
    long from = inFlight.restart();
    assertThat(from).isEqualTo(acknowledged[0]);
    for (InFlight.Entry entry : old) {
      assertThat(inFlight.settle(entry)).as("a late callback").isFalse();
    }

    List<Long> sentAgain = new ArrayList<>();
    for (long position = from; position < 8L * count; position += 8) {
      InFlight.Entry entry = inFlight.add(outgoing(position));
      if (entry != null) {
        sentAgain.add(position);
        inFlight.settle(entry);
      }
    }
    assertThat(Collections.disjoint(sentAgain, settled)).isTrue();
    assertThat(sentAgain.size() + settled.size()).isEqualTo(count);
    assertThat(acknowledged[0]).isEqualTo(8L * count);
    assertThat(inFlight.isEmpty()).isTrue();
  }

  private Outgoing outgoing(long position) {
    return new Outgoing(JOURNAL, position, position, position + 8, event, List.of(position));
  }

  private static JournaledEvent event() {
    Event event =
        new Event(
            new UUID(1, 2),
            "demo.Thing",
            Severity.INFO,
            new Source("node", "component"),
            null,
            "",
            Map.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            1L);
    return JournaledEvent.read(new JournalRecord(0, 8, JournaledEvent.payload(event, 0, null)));
  }
}
