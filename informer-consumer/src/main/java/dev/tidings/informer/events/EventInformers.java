package dev.tidings.informer.events;

import dev.tidings.event.Event;
import dev.tidings.event.identity.RecordKey;
import dev.tidings.informer.InformerBuilder;
import dev.tidings.informer.SharedInformer;
import dev.tidings.registry.RegistryException;
import dev.tidings.registry.SchemaRegistry;
import dev.tidings.wire.EventDeserializer;
import dev.tidings.wire.Topics;
import java.util.List;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Describes informers of the current events: the key is the event's id, as text. */
public final class EventInformers {
  /** Index by event type, {@code catalogue.Name}. */
  public static final String BY_TYPE = "type";

  /** Index by severity, as its name. */
  public static final String BY_SEVERITY = "severity";

  /** Index by object, {@code kind/namespace/name}; events without one are not in it. */
  public static final String BY_OBJECT = "object";

  /** Index by the source's node. */
  public static final String BY_NODE = "node";

  /** Index by the source's component. */
  public static final String BY_COMPONENT = "component";

  private EventInformers() {}

  /**
   * An informer of the events topic with the indexes above; more can be added. Kafka's address and
   * whatever else the client needs is still to be set.
   *
   * @param registry for the schemas that events were written with; stays the caller's to close,
   *     after the informer. While it cannot be reached the informer waits rather than skip events.
   */
  public static InformerBuilder<String, Event> builder(Topics topics, SchemaRegistry registry) {
    return SharedInformer.<String, Event>builder(
            topics.events(), new StringDeserializer(), new EventDeserializer(registry))
        .retryDecodingWhen(EventInformers::isRegistrysFault)
        .index(BY_TYPE, (id, event) -> List.of(event.getType()))
        .index(BY_SEVERITY, (id, event) -> List.of(event.getSeverity().name()))
        .index(
            BY_OBJECT,
            (id, event) -> event.getObject() == null ? List.of() : List.of(RecordKey.of(event)))
        .index(BY_NODE, (id, event) -> List.of(event.getSource().getNode()))
        .index(BY_COMPONENT, (id, event) -> List.of(event.getSource().getComponent()));
  }

  private static boolean isRegistrysFault(RuntimeException thrown) {
    return thrown instanceof RegistryException failure && !failure.kind().isAboutOneSchema();
  }
}
