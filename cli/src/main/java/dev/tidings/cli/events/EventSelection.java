package dev.tidings.cli.events;

import dev.tidings.event.Event;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.EventTail;
import dev.tidings.wire.MalformedValueException;
import dev.tidings.wire.WireFormat;
import java.nio.ByteBuffer;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Chooses events from their bytes, and orders them: the newest last. An event is decoded only if
 * that cannot be avoided. For one thread.
 */
final class EventSelection implements CurrentEvents.Visitor {
  private static final Comparator<Chosen> NEWEST_LAST =
      Comparator.comparingLong(Chosen::lastMicros).thenComparing(Chosen::id);

  private record Chosen(String id, long lastMicros, byte[] value) {}

  private final SchemaRegistry registry;
  private final EventDeserializer events;
  private final @Nullable Predicate<Event> filter;
  private final int limit;
  // With a limit the oldest is on top.
  private final PriorityQueue<Chosen> newest = new PriorityQueue<>(NEWEST_LAST);
  private final List<Chosen> all = new ArrayList<>();
  // Of the last event: nearly all have the same schema.
  private int knownId = -1;
  private boolean knownIsOwn;
  private long unreadable;

  /**
   * @param registry stays the caller's to close
   * @param filter null for all
   * @param limit how many of the newest; the greatest int for all
   */
  EventSelection(SchemaRegistry registry, @Nullable Predicate<Event> filter, int limit) {
    this.registry = registry;
    this.events = new EventDeserializer(registry);
    this.filter = filter;
    this.limit = limit;
  }

  @Override
  public void visit(String id, byte[] value) {
    try {
      take(id, value);
    } catch (MalformedValueException e) {
      unreadable++;
    } catch (RegistryException e) {
      if (!e.kind().isAboutOneSchema()) {
        throw e;
      }
      unreadable++;
    }
  }

  /** Not if so many newer ones are chosen already. */
  @Override
  public boolean mayWant(byte[] bytes, int from, int to) {
    Chosen oldest = newest.peek();
    if (oldest == null || newest.size() < limit || !isOwn(bytes, from, to)) {
      return true;
    }
    try {
      return EventTail.lastMicros(bytes, from, to) >= oldest.lastMicros();
    } catch (MalformedValueException e) {
      // To be counted as what it is.
      return true;
    }
  }

  private boolean isOwn(byte[] bytes, int from, int to) {
    return knownIsOwn
        && to - from > WireFormat.HEADER_LENGTH
        && bytes[from] == WireFormat.MAGIC
        && ByteBuffer.wrap(bytes).getInt(from + 1) == knownId;
  }

  /** How many were passed over because they are no events. */
  long unreadable() {
    return unreadable;
  }

  private void take(String id, byte[] value) {
    long micros = lastMicros(value);
    if (limit == Integer.MAX_VALUE) {
      if (isWanted(value)) {
        all.add(new Chosen(id, micros, value));
      }
      return;
    }
    Chosen oldest = newest.peek();
    boolean full = newest.size() >= limit;
    if (full && oldest != null && isBefore(micros, id, oldest)) {
      return;
    }
    if (isWanted(value)) {
      newest.add(new Chosen(id, micros, value));
      if (full) {
        newest.remove();
      }
    }
  }

  private static boolean isBefore(long micros, String id, Chosen other) {
    return micros < other.lastMicros()
        || (micros == other.lastMicros() && id.compareTo(other.id()) < 0);
  }

  private boolean isWanted(byte[] value) {
    return filter == null || filter.test(events.decode(value));
  }

  // Read from the end where the schema is known to end so.
  private long lastMicros(byte[] value) {
    int schemaId = WireFormat.schemaId(value);
    if (schemaId != knownId) {
      knownIsOwn = registry.byId(schemaId).equals(Event.getClassSchema());
      knownId = schemaId;
    }
    if (knownIsOwn) {
      return EventTail.read(value).lastMicros();
    }
    Event event = events.decode(value);
    return Math.addExact(
        Math.multiplyExact(event.getLastTimestamp().getEpochSecond(), 1_000_000L),
        event.getLastTimestamp().getNano() / 1_000);
  }

  /** Those chosen, the newest last; each is decoded when it is asked for. */
  List<Event> chosen() {
    List<Chosen> sorted = new ArrayList<>(limit == Integer.MAX_VALUE ? all : newest);
    sorted.sort(NEWEST_LAST);
    return new AbstractList<>() {
      @Override
      public Event get(int index) {
        return events.decode(sorted.get(index).value());
      }

      @Override
      public int size() {
        return sorted.size();
      }
    };
  }
}
