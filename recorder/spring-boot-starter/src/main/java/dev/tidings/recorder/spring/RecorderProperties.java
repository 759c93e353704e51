package dev.tidings.recorder.spring;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the recorder. Immutable.
 *
 * @param enabled Whether there is a recorder.
 * @param node Host or instance that events come from. The name of the host if not set.
 * @param component Program, or part of it, that events come from. 'spring.application.name' if not
 *     set.
 * @param bootstrapServers Kafka brokers, as host:port. 'spring.kafka.bootstrap-servers' if not set.
 * @param registryUrl URL of the schema registry. 'mock://name' keeps schemas in memory, for tests.
 * @param topicPrefix What the names of all topics start with.
 * @param kafka Further settings of the Kafka producer and the registry client under their own
 *     names, such as those of TLS and SASL.
 * @param catalogues Enums whose constants are the types of events. Beans of type Catalogue are
 *     added to them.
 * @param publishCatalogues Whether the catalogues are made known to the schema registry.
 * @param strict Whether recording what is invalid throws an exception. For tests.
 * @param closeTimeout How long closing the application waits for Kafka to take what was recorded.
 * @param aggregationInterval Repeats of an event within this time are sent as one record that
 *     counts them. Off if not set.
 * @param redactSecrets Whether what looks like a password, token or key is taken out of messages
 *     and attributes. Beans of type Redaction are applied in any case.
 * @param installAsDefault Whether Tidings.recorder() gives this recorder, for code that cannot be
 *     given one.
 * @param publishApplicationEvents Whether what is recorded is published in the application as
 *     RecordedApplicationEvent, too.
 * @param journal Where events wait for Kafka.
 * @param spamFilter Withholding events about an object that has too many.
 * @param limits How large an event may be.
 * @param logging Writing what is recorded to the log, too.
 * @param health When the application's health suffers.
 */
@ConfigurationProperties("tidings.recorder")
public record RecorderProperties(
    @DefaultValue("true") boolean enabled,
    @Nullable String node,
    @Nullable String component,
    @DefaultValue List<String> bootstrapServers,
    @Nullable String registryUrl,
    @DefaultValue("tidings") String topicPrefix,
    @DefaultValue Map<String, String> kafka,
    @DefaultValue List<Class<?>> catalogues,
    @DefaultValue("true") boolean publishCatalogues,
    @DefaultValue("false") boolean strict,
    @DefaultValue("10s") Duration closeTimeout,
    @Nullable Duration aggregationInterval,
    @DefaultValue("false") boolean redactSecrets,
    @DefaultValue("false") boolean installAsDefault,
    @DefaultValue("false") boolean publishApplicationEvents,
    @DefaultValue Journal journal,
    @DefaultValue SpamFilter spamFilter,
    @DefaultValue Limits limits,
    @DefaultValue Logging logging,
    @DefaultValue Health health) {

  /**
   * The journal.
   *
   * @param directory Directory of the journal, which several processes may share. In memory if not
   *     set: then events do not outlive the process.
   * @param maxSize How large the journal may become. 512MB in a directory and 32MB in memory if not
   *     set.
   * @param durability What a recorded event survives: page-cache the process, the others also the
   *     machine.
   * @param syncPeriod How often the journal is written to disk, with durability sync-every.
   * @param whenFull What happens to an event that finds no room.
   * @param maxWait How long recording waits for room at most, with when-full wait.
   */
  public record Journal(
      @Nullable Path directory,
      @Nullable DataSize maxSize,
      @DefaultValue("page-cache") Durability durability,
      @DefaultValue("1s") Duration syncPeriod,
      @DefaultValue("drop-newest") WhenFull whenFull,
      @DefaultValue("100ms") Duration maxWait) {}

  /** What an event survives once it is recorded. */
  public enum Durability {
    /** The death of the process. */
    PAGE_CACHE,
    /** The death of the machine, too, but for what came within the sync period. */
    SYNC_EVERY,
    /** The death of the machine, too: recording waits for the disk. */
    SYNC_EACH
  }

  /** What happens to an event that finds no room. */
  public enum WhenFull {
    /** It is dropped. */
    DROP_NEWEST,
    /** The oldest are dropped for it. */
    DROP_OLDEST,
    /** The least important are dropped first. */
    DROP_BY_SEVERITY,
    /** Whoever records it waits. */
    WAIT
  }

  /**
   * The spam filter.
   *
   * @param enabled Whether events about an object that has too many are withheld.
   * @param burst How many events about one object may come at once.
   * @param refill How long until one more may come.
   * @param objects How many objects are remembered.
   * @param reportEvery How often what was withheld is reported, as an event of its own.
   */
  public record SpamFilter(
      @DefaultValue("false") boolean enabled,
      @DefaultValue("25") int burst,
      @DefaultValue("5m") Duration refill,
      @DefaultValue("4096") int objects,
      @DefaultValue("1m") Duration reportEvery) {}

  /**
   * The limits of an event.
   *
   * @param message Size of a message in UTF-8. A longer one is cut.
   * @param attributeValue Size of an attribute's value in UTF-8. A longer one is cut.
   * @param attributes How many attributes an event may have. Surplus ones are left out.
   * @param nameCharacters Length of a name. An event with a longer one is refused.
   * @param event Size of the whole event. A larger one is refused.
   */
  public record Limits(
      @DefaultValue("8KB") DataSize message,
      @DefaultValue("4KB") DataSize attributeValue,
      @DefaultValue("64") int attributes,
      @DefaultValue("256") int nameCharacters,
      @DefaultValue("64KB") DataSize event) {}

  /**
   * The log of what is recorded.
   *
   * @param enabled Whether every recorded event is logged, at the level of its severity.
   * @param logger Name of the logger.
   */
  public record Logging(
      @DefaultValue("false") boolean enabled, @DefaultValue("dev.tidings.events") String logger) {}

  /**
   * The limits of good health.
   *
   * @param maxLag How long an event may wait for Kafka before the health is out of service; the
   *     aggregation interval comes on top.
   * @param lossWindow How long the health stays down after the journal had no room for an event.
   */
  public record Health(
      @DefaultValue("5m") Duration maxLag, @DefaultValue("5m") Duration lossWindow) {}

  /** Without the settings of Kafka and the registry: there may be secrets in them. */
  @Override
  public String toString() {
    return "tidings.recorder[enabled=%s, node=%s, component=%s, topicPrefix=%s, journal=%s]"
        .formatted(enabled, node, component, topicPrefix, journal);
  }
}
