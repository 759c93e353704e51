package dev.tidings.dedup.topology;

import dev.tidings.event.identity.SeriesKey;
import org.jspecify.annotations.Nullable;

/**
 * Events by their series: an open-addressed table, since nearly every record looks into it. One
 * thread.
 */
final class LiveEvents {
  private static final int FIRST_CAPACITY = 64;

  private @Nullable TrackedEvent[] slots = new @Nullable TrackedEvent[FIRST_CAPACITY];
  private int size;

  @Nullable TrackedEvent get(SeriesKey series) {
    return slots[slot(series)];
  }

  /** Takes the place of another one of its series. */
  void put(SeriesKey series, TrackedEvent event) {
    int slot = slot(series);
    if (slots[slot] == null && ++size > slots.length / 2) {
      grow();
      slot = slot(series);
    }
    slots[slot] = event;
  }

  /** Removes the one of its series, if there is one. */
  void remove(TrackedEvent event) {
    SeriesKey series = event.series();
    if (series != null && get(series) != null) {
      size--;
      clear(slot(series));
    }
  }

  /** Moves those behind it up, so that no slot is wasted on what is gone. */
  private void clear(int slot) {
    int gap = slot;
    int next = after(gap);
    for (SeriesKey moved = series(next); moved != null; moved = series(next)) {
      int home = home(moved);
      boolean mayMove = gap <= next ? home <= gap || home > next : home <= gap && home > next;
      if (mayMove) {
        slots[gap] = slots[next];
        gap = next;
      }
      next = after(next);
    }
    slots[gap] = null;
  }

  private @Nullable SeriesKey series(int slot) {
    TrackedEvent event = slots[slot];
    return event == null ? null : event.series();
  }

  private void grow() {
    @Nullable TrackedEvent[] before = slots;
    slots = new @Nullable TrackedEvent[2 * before.length];
    for (TrackedEvent event : before) {
      SeriesKey series = event == null ? null : event.series();
      if (series != null) {
        slots[slot(series)] = event;
      }
    }
  }

  /** Where it is or would be. */
  private int slot(SeriesKey series) {
    int slot = home(series);
    for (SeriesKey here = series(slot); here != null; here = series(slot)) {
      if (here.high() == series.high() && here.low() == series.low()) {
        break;
      }
      slot = after(slot);
    }
    return slot;
  }

  private int home(SeriesKey series) {
    return SeriesIndex.hash(series.high(), series.low()) & (slots.length - 1);
  }

  private int after(int slot) {
    return (slot + 1) & (slots.length - 1);
  }
}
