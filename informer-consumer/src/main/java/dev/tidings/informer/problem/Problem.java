package dev.tidings.informer.problem;

import java.time.Duration;

/** Something that went wrong and that the informer survives. */
public sealed interface Problem {

  /** One line for people. */
  String describe();

  /** What caused it. */
  Throwable cause();

  /** A record could not be decoded, and was skipped: its object stays as it was. */
  record UnreadableRecord(String topic, int partition, long offset, Throwable cause)
      implements Problem {
    @Override
    public String describe() {
      return "Skipped an unreadable record of "
          + topic
          + ", partition "
          + partition
          + ", offset "
          + offset
          + ": "
          + cause;
    }
  }

  /** An index function threw: the object is left out of that index. */
  record IndexFunctionThrew(String index, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "An object is left out of index '" + index + "', its function threw: " + cause;
    }
  }

  /** A handler threw: it goes on with the next change. */
  record HandlerThrew(String handler, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "Handler '" + handler + "' threw: " + cause;
    }
  }

  /** A handler gets no more changes. */
  record HandlerEnded(String handler, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "Handler '" + handler + "' was ended: " + cause.getMessage();
    }
  }

  /** Kafka could not be read. What the cache has stays, and it tries again. */
  record Disconnected(String topic, Throwable cause, Duration retryIn) implements Problem {
    @Override
    public String describe() {
      return "Cannot read " + topic + ", next try in " + retryIn.toMillis() + " ms: " + cause;
    }
  }

  /**
   * The cache can no longer follow the topic and loads it again; differences are told as changes.
   */
  record StartedOver(String topic, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "Loading " + topic + " again: " + cause.getMessage();
    }
  }

  /** Somebody has changed an object that is in the cache. Only when this is looked for. */
  record ObjectMutated(String key, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "The cached object '"
          + key
          + "' was changed by one of its readers: "
          + cause.getMessage();
    }
  }

  /** A checkpoint could not be used, and everything is loaded; or none could be written. */
  record CheckpointUnusable(String file, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "The checkpoint " + file + " is of no use: " + cause.getMessage();
    }
  }

  /** An object that is kept encoded cannot be decoded: it is as if it were not there. */
  record UnreadableObject(String topic, Throwable cause) implements Problem {
    @Override
    public String describe() {
      return "An object of " + topic + " cannot be decoded, and is left out: " + cause;
    }
  }
}
