package dev.tidings.recorder.spring;

import dev.tidings.event.limits.EventLimits;
import dev.tidings.recorder.EventRecorder;
import dev.tidings.recorder.EventRecorderBuilder;
import dev.tidings.recorder.SpamFilter;
import dev.tidings.recorder.journal.Durability;
import dev.tidings.recorder.journal.JournalConfig;
import dev.tidings.recorder.journal.WhenFull;
import dev.tidings.wire.Topics;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;
import org.springframework.util.unit.DataSize;

/** The recorder's settings that the properties, and the environment where they are silent, say. */
record RecorderSettings(RecorderProperties properties, Environment environment) {
  private static final String DEFAULT_COMPONENT = "application";

  /**
   * A builder with all of them.
   *
   * @throws IllegalArgumentException if one of them is no good
   */
  EventRecorderBuilder toBuilder() {
    EventRecorderBuilder builder =
        EventRecorder.builder()
            .source(node(), component())
            .topics(new Topics(properties.topicPrefix()))
            .limits(limits(properties.limits()))
            .journal(journal(properties.journal()))
            .publishCatalogues(properties.publishCatalogues())
            .strict(properties.strict());
    connect(builder);
    properties.catalogues().forEach(type -> builder.catalogue(enumOf(type)));
    RecorderProperties.SpamFilter spam = properties.spamFilter();
    if (spam.enabled()) {
      builder.spamFilter(
          new SpamFilter(spam.burst(), spam.refill(), spam.objects(), spam.reportEvery()));
    }
    Duration aggregation = properties.aggregationInterval();
    if (aggregation != null) {
      builder.aggregateWithin(aggregation);
    }
    return builder;
  }

  /** What is said for this recorder alone wins over what is said for all of Kafka. */
  private void connect(EventRecorderBuilder builder) {
    serversTo(builder, springKafkaServers());
    builder.kafka(properties.kafka());
    serversTo(builder, properties.bootstrapServers());
    String registry = properties.registryUrl();
    if (StringUtils.hasText(registry)) {
      builder.registry(registry);
    }
  }

  private static void serversTo(EventRecorderBuilder builder, List<String> servers) {
    if (!servers.isEmpty()) {
      builder.bootstrapServers(String.join(",", servers));
    }
  }

  private List<String> springKafkaServers() {
    return Binder.get(environment)
        .bind("spring.kafka.bootstrap-servers", Bindable.listOf(String.class))
        .orElseGet(List::of);
  }

  private String node() {
    String given = properties.node();
    return StringUtils.hasText(given) ? given : hostName();
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException(
          "This host does not know its name; set 'tidings.recorder.node'", e);
    }
  }

  private String component() {
    String given = properties.component();
    if (StringUtils.hasText(given)) {
      return given;
    }
    String application = environment.getProperty("spring.application.name");
    return StringUtils.hasText(application) ? application : DEFAULT_COMPONENT;
  }

  @SuppressWarnings("unchecked") // Every class that isEnum() is one.
  private static Class<? extends Enum<?>> enumOf(Class<?> type) {
    if (!type.isEnum()) {
      throw new IllegalArgumentException(
          "'tidings.recorder.catalogues' takes enums; %s is none".formatted(type.getName()));
    }
    return (Class<? extends Enum<?>>) type;
  }

  private static EventLimits limits(RecorderProperties.Limits limits) {
    return new EventLimits(
        bytes(limits.message()),
        bytes(limits.attributeValue()),
        limits.attributes(),
        limits.nameCharacters(),
        bytes(limits.event()));
  }

  private static int bytes(DataSize size) {
    return (int) Math.min(Integer.MAX_VALUE, size.toBytes());
  }

  private static JournalConfig journal(RecorderProperties.Journal journal) {
    JournalConfig config =
        (journal.directory() == null
                ? JournalConfig.inMemory()
                : JournalConfig.in(journal.directory()))
            .withDurability(durability(journal))
            .withWhenFull(whenFull(journal));
    @Nullable DataSize maxSize = journal.maxSize();
    return maxSize == null ? config : config.withMaxBytes(maxSize.toBytes());
  }

  private static Durability durability(RecorderProperties.Journal journal) {
    return switch (journal.durability()) {
      case PAGE_CACHE -> new Durability.PageCache();
      case SYNC_EVERY -> new Durability.SyncEvery(journal.syncPeriod());
      case SYNC_EACH -> new Durability.SyncEach();
    };
  }

  private static WhenFull whenFull(RecorderProperties.Journal journal) {
    return switch (journal.whenFull()) {
      case DROP_NEWEST -> new WhenFull.DropNewest();
      case DROP_OLDEST -> new WhenFull.DropOldest();
      case DROP_BY_SEVERITY -> new WhenFull.DropBySeverity();
      case WAIT -> new WhenFull.Wait(journal.maxWait());
    };
  }
}
