package dev.tidings.security;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Kafka's own authorizer, which also notes what was asked for and whether it was allowed. What the
 * broker asks only to know (it says so by not wanting it in the audit log) is left out: which
 * rights somebody has on a topic that is described, or which topics to leave out of a list.
 */
public final class NotingAuthorizer extends StandardAuthorizer {
  /** What somebody wanted to do. */
  record Asked(
      String user, ResourceType type, String name, AclOperation operation, boolean allowed) {}

  private static final Set<Asked> ASKED = ConcurrentHashMap.newKeySet();

  /** All that was asked for by a user so far. */
  static List<Asked> askedBy(String user) {
    return ASKED.stream().filter(asked -> asked.user.equals(user)).toList();
  }

  static void forget() {
    ASKED.clear();
  }

  @Override
  public List<AuthorizationResult> authorize(
      AuthorizableRequestContext context, List<Action> actions) {
    List<AuthorizationResult> results = super.authorize(context, actions);
    for (int i = 0; i < actions.size(); i++) {
      Action action = actions.get(i);
      boolean allowed = results.get(i) == AuthorizationResult.ALLOWED;
      if (allowed ? action.logIfAllowed() : action.logIfDenied()) {
        ASKED.add(
            new Asked(
                context.principal().getName(),
                action.resourcePattern().resourceType(),
                action.resourcePattern().name(),
                action.operation(),
                allowed));
      }
    }
    return results;
  }
}
