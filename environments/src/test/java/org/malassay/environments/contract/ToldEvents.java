package org.malassay.environments.contract;

import java.util.List;
import org.malassay.behavior.CallsCounted;
import org.malassay.behavior.Event;
import org.malassay.behavior.SystemCall;

/** What was told of a sample, and questions about it. */
@FunctionalInterface
public interface ToldEvents {
  /** All of it, in the order in which it was told. */
  List<Event> events();

  /** The events of one kind. */
  default <E extends Event> List<E> all(Class<E> type) {
    return events().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** The system calls of this name that were told one by one. */
  default List<SystemCall> calls(String name) {
    return all(SystemCall.class).stream().filter(call -> call.name().equals(name)).toList();
  }

  /** How many system calls of this name there were. */
  default long counted(String name) {
    return all(CallsCounted.class).stream()
        .filter(count -> count.name().equals(name))
        .mapToLong(CallsCounted::calls)
        .sum();
  }
}
