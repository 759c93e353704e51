package dev.tidings.infra.topics;

import org.apache.kafka.clients.admin.NewTopic;

/** Something in which the topics are not as they should be. */
public sealed interface TopicStep {

  /** Which topic. */
  String topic();

  /** A topic is missing. */
  record Create(NewTopic wanted) implements TopicStep {
    @Override
    public String topic() {
      return wanted.name();
    }
  }

  /** A setting is another one. */
  record Change(String topic, String setting, String is, String wanted) implements TopicStep {}

  /**
   * Something that cannot be changed in place.
   *
   * @param remedy what a person can do
   */
  record Cannot(String topic, String what, String is, String wanted, String remedy)
      implements TopicStep {}
}
