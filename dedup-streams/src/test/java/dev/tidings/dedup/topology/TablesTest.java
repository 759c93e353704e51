package dev.tidings.dedup.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.dedup.rules.SeriesWindow;
import dev.tidings.event.identity.SeriesKey;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The tables that nearly every record looks into, next to those of the JDK. */
class TablesTest {
  private static final int STEPS = 3_000;

  /** Most ids rise; some come late, again, or at the same time as another. */
  @Property(tries = 100)
  void idsAreThoseOfASet(@ForAll long seed) {
    Random random = new Random(seed);
    IdSet ids = new IdSet();
    Set<UUID> model = new HashSet<>();
    UUID[] seen = new UUID[STEPS];
    long time = 0;
    boolean grows = true;
    for (int step = 0; step < STEPS; step++) {
      time += random.nextInt(3);
      long high = random.nextInt(10) == 0 ? random.nextInt((int) time + 1) : time;
      UUID id =
          step > 0 && random.nextInt(5) == 0
              ? seen[random.nextInt(step)]
              : new UUID(random.nextInt(50) == 0 ? -high : high, random.nextLong());
      seen[step] = id;
      grows = random.nextInt(300) == 0 ? !grows : grows;
      if (random.nextInt(10) < (grows ? 8 : 2)) {
        ids.add(id);
        model.add(id);
      } else {
        UUID gone = seen[random.nextInt(step + 1)];
        ids.remove(gone);
        model.remove(gone);
      }
      UUID asked = seen[random.nextInt(step + 1)];
      assertThat(ids.contains(asked)).isEqualTo(model.contains(asked));
      assertThat(ids.size()).isEqualTo(model.size());
    }
    for (UUID id : seen) {
      assertThat(ids.contains(id)).isEqualTo(model.contains(id));
    }
  }

  /** So few series, so alike, that many want the same place. */
  @Property(tries = 100)
  void eventsAreThoseOfAMap(@ForAll long seed) {
    Random random = new Random(seed);
    int most = 1 + random.nextInt(400);
    LiveEvents events = new LiveEvents();
    Map<SeriesKey, TrackedEvent> model = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      SeriesKey series = new SeriesKey(random.nextInt(most), 7);
      if (random.nextBoolean()) {
        TrackedEvent event =
            TrackedEvent.opened(
                series,
                TrackedEvent.NO_STORM,
                new SeriesWindow(new UUID(1, step), 1, 1, 1, 1, 5, 300_000),
                new byte[0]);
        events.put(series, event);
        model.put(series, event);
      } else {
        TrackedEvent gone = model.remove(series);
        if (gone != null) {
          events.remove(gone);
        }
      }
      SeriesKey asked = new SeriesKey(random.nextInt(most), 7);
      assertThat(events.get(asked)).isSameAs(model.get(asked));
    }
    for (int i = 0; i < most; i++) {
      SeriesKey series = new SeriesKey(i, 7);
      assertThat(events.get(series)).isSameAs(model.get(series));
    }
  }
}
