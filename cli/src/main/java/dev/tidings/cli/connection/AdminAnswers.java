package dev.tidings.cli.connection;

import dev.tidings.cli.CommandException;
import dev.tidings.cli.ExitCode;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;

/** Waits, for a limited time, for what a Kafka admin client was asked. */
public final class AdminAnswers {
  private final Connection connection;

  /**
   * @param connection what was asked, for messages
   */
  public AdminAnswers(Connection connection) {
    this.connection = connection;
  }

  /** The answer about one thing that was asked for, and so is in it. */
  public <K, V> V get(KafkaFuture<Map<K, V>> asked, K thing) {
    return Objects.requireNonNull(get(asked).get(thing), "asked for");
  }

  /** The answer about one thing that was asked for. */
  public <K, V> V get(Map<K, KafkaFuture<V>> asked, K thing) {
    return get(Objects.requireNonNull(asked.get(thing), "asked for"));
  }

  /**
   * The answer.
   *
   * @throws KafkaException what Kafka answered instead
   * @throws CommandException if it does not answer in time
   */
  public <T> T get(KafkaFuture<T> asked) {
    try {
      return asked.get(connection.answerLimit().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | org.apache.kafka.common.errors.TimeoutException e) {
      throw connection.unreachable(e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException late) {
        throw connection.unreachable(late);
      }
      if (e.getCause() instanceof KafkaException refused) {
        throw refused;
      }
      throw new CommandException(ExitCode.UNREACHABLE, "Kafka does not answer: " + e.getCause(), e);
    }
  }
}
