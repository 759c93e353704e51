package dev.tidings.recorder;

import dev.tidings.event.Event;
import dev.tidings.recorder.journal.SharedProperties;
import dev.tidings.registry.RegistryException;
import dev.tidings.wire.AvroSerializer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.OptionalInt;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The id of the event's schema: from the registry, or, while that is away, as it was the last time,
 * from a file. One thread.
 */
final class SchemaIds {
  static final String FILE = "schema-ids.properties";
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  /** How long an id from the file is good before the registry is asked again. */
  private static final long TRUST_NANOS = Duration.ofMinutes(1).toNanos();

  private final AvroSerializer<Event> serializer;
  private final String topic;
  private final String key;
  private final @Nullable SharedProperties file;
  private final Runnable onConfirmed;
  private boolean confirmed;
  private int id;
  private @Nullable Long trustedSinceNanos;

  /**
   * @param registryUrl tells registries apart
   * @param directory where the file is; null remembers nothing
   * @param onConfirmed run once, when the registry has answered
   */
  SchemaIds(
      AvroSerializer<Event> serializer,
      String topic,
      String registryUrl,
      @Nullable Path directory,
      Runnable onConfirmed) {
    this.serializer = serializer;
    this.topic = topic;
    this.file = directory == null ? null : new SharedProperties(directory.resolve(FILE));
    this.onConfirmed = onConfirmed;
    // Hashed: a URL may hold a password, and a file must not.
    this.key =
        "%s.%016x.%s"
            .formatted(
                topic,
                SchemaNormalization.parsingFingerprint64(Event.getClassSchema()),
                hash(registryUrl));
  }

  /**
   * The id.
   *
   * @throws RegistryException if the registry cannot say and the file does not know
   */
  int current() {
    if (confirmed || isTrusted()) {
      return id;
    }
    try {
      id = serializer.schemaId(topic, Event.getClassSchema());
    } catch (RegistryException e) {
      OptionalInt known = e.isRetriable() ? read() : OptionalInt.empty();
      if (known.isEmpty()) {
        throw e;
      }
      if (trustedSinceNanos == null) {
        LOG.warn(
            "Events go out with the schema id of the last time, {}: {}",
            known.getAsInt(),
            e.getMessage());
      }
      trustedSinceNanos = System.nanoTime();
      id = known.getAsInt();
      return id;
    }
    confirmed = true;
    write();
    onConfirmed.run();
    return id;
  }

  private boolean isTrusted() {
    return trustedSinceNanos != null && System.nanoTime() - trustedSinceNanos < TRUST_NANOS;
  }

  private OptionalInt read() {
    if (file == null) {
      return OptionalInt.empty();
    }
    try {
      return file.get(key)
          .map(text -> OptionalInt.of(Integer.parseInt(text)))
          .orElse(OptionalInt.empty());
    } catch (IOException | NumberFormatException e) {
      LOG.warn("The schema id of the last time cannot be read: {}", e.toString());
      return OptionalInt.empty();
    }
  }

  private void write() {
    if (file == null) {
      return;
    }
    try {
      file.put(key, Integer.toString(id));
    } catch (IOException e) {
      LOG.warn("The schema id cannot be kept for the next time: {}", e.toString());
    }
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }
}
