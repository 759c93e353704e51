package dev.tidings.benchmarks.frame;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Makes the topics of a run, on brokers that do not have them. */
public final class FreshTopics {
  private static final int LIMIT_SECONDS = 90;

  private FreshTopics() {}

  /** Makes them, and waits until they are there. */
  public static void create(String bootstrapServers, Collection<NewTopic> topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.createTopics(topics).all().get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }
  }
}
