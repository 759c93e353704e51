package dev.tidings.event.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.event.Event;
import dev.tidings.event.ObjectReference;
import dev.tidings.event.identity.EventIds;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.TreeMap;

/**
 * One event as one JSON object:
 *
 * <pre>
 * {"id","time","type","severity","source":{"node","component"},
 *  "object":{"kind","namespace","name","uid"},"message","attributes":{},
 *  "count","firstTime","lastTime"}
 * </pre>
 *
 * On input {@code id}, {@code object}, {@code attributes}, {@code count}, {@code firstTime} and
 * {@code lastTime} are optional and {@code time} (RFC 3339) defaults to now. On output all are
 * there, and {@code time} is {@code lastTime}. Thread-safe.
 */
public final class EventJson {
  private static final JsonFactory JSON = new JsonFactory();

  private final EventReader reader;

  /**
   * @param clock the time of events that give none
   * @param ids the ids of events that bring none
   */
  public EventJson(InstantSource clock, EventIds ids) {
    this.reader = new EventReader(clock, ids);
  }

  /**
   * The event in one JSON object.
   *
   * @throws EventJsonException one line that says what is wrong, and where
   */
  public Event parse(String json) {
    return reader.read(json);
  }

  /** The event as one line of JSON, without a line end. */
  public static String format(Event event) {
    StringWriter out = new StringWriter(512);
    try (JsonGenerator json = JSON.createGenerator(out)) {
      write(event, json);
    } catch (IOException e) {
      throw new UncheckedIOException("A string cannot be written to", e);
    }
    return out.toString();
  }

  /** Writes the event as one object, for those who write more around it. */
  public static void write(Event event, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", event.getId().toString());
    json.writeStringField("time", event.getLastTimestamp().toString());
    json.writeStringField("type", event.getType());
    json.writeStringField("severity", event.getSeverity().name());
    json.writeObjectFieldStart("source");
    json.writeStringField("node", event.getSource().getNode());
    json.writeStringField("component", event.getSource().getComponent());
    json.writeEndObject();
    ObjectReference object = event.getObject();
    if (object == null) {
      json.writeNullField("object");
    } else {
      json.writeObjectFieldStart("object");
      json.writeStringField("kind", object.getKind());
      json.writeStringField("namespace", object.getNamespace());
      json.writeStringField("name", object.getName());
      json.writeStringField("uid", object.getUid());
      json.writeEndObject();
    }
    json.writeStringField("message", event.getMessage());
    json.writeObjectFieldStart("attributes");
    for (var attribute : new TreeMap<>(event.getAttributes()).entrySet()) {
      json.writeStringField(attribute.getKey(), attribute.getValue());
    }
    json.writeEndObject();
    json.writeNumberField("count", event.getCount());
    json.writeStringField("firstTime", event.getFirstTimestamp().toString());
    json.writeStringField("lastTime", event.getLastTimestamp().toString());
    json.writeEndObject();
  }
}
