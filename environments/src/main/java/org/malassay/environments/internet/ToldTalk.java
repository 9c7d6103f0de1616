package org.malassay.environments.internet;

/** A conversation in a guest's network, of which its entry in the chronicle tells. */
abstract class ToldTalk implements Talk {
  final GuestNetwork network;
  final Ends ends;
  final Chronicle.Entry entry;

  ToldTalk(GuestNetwork network, Ends ends, Chronicle.Entry entry) {
    this.network = network;
    this.ends = ends;
    this.entry = entry;
  }

  @Override
  public final Ends ends() {
    return ends;
  }

  @Override
  public final long now() {
    return network.now();
  }

  @Override
  public void speaks(String protocol) {
    entry.protocol(protocol);
  }

  @Override
  public final void asked(String question, String answer) {
    entry.asked(now(), question, answer);
  }

  @Override
  public final boolean mayAnswer() {
    return network.mayAnswer();
  }
}
