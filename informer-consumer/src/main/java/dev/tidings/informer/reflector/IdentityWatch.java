package dev.tidings.informer.reflector;

import dev.tidings.informer.problem.Problem;
import dev.tidings.informer.problem.ProblemListener;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/**
 * Asks now and then, without waiting for the answer, whether a topic is still the same and how many
 * partitions it has. (A consumer goes on quietly in a topic that was created again, and does not
 * tell of new partitions.) For one thread.
 */
final class IdentityWatch {
  private final TopicClient topic;
  private final Duration every;
  private final ProblemListener problems;
  private @Nullable KafkaFuture<TopicClient.Identity> asked;
  private long askedNanos = System.nanoTime();
  private boolean failing;

  IdentityWatch(TopicClient topic, Duration every, ProblemListener problems) {
    this.topic = topic;
    this.every = every;
    this.problems = problems;
  }

  /**
   * The answer that came in since the last call, if any.
   *
   * @throws UnknownTopicOrPartitionException if the topic is gone
   */
  TopicClient.@Nullable Identity latest() {
    KafkaFuture<TopicClient.Identity> answer = asked;
    if (answer == null) {
      if (System.nanoTime() - askedNanos >= every.toNanos()) {
        asked = topic.askIdentity();
        askedNanos = System.nanoTime();
      }
      return null;
    }
    if (!answer.isDone()) {
      return null;
    }
    asked = null;
    try {
      TopicClient.Identity identity = answer.get();
      failing = false;
      return identity;
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException gone) {
        throw gone;
      }
      if (!failing) {
        // Once per outage. The consumer reconnects by itself.
        Throwable cause = e.getCause() == null ? e : e.getCause();
        problems.onProblem(new Problem.Disconnected(topic.topic(), cause, every));
      }
      failing = true;
      return null;
    }
  }
}
