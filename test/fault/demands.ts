/** Promises of the table that a history is held to only where the gateway makes them. */
export interface Demands {
  /**
   * Parameter boundaries of a stored webhook are moved within its signed text, and what comes of it is sent: it is answered 2xx,
   * counted, adds no row and changes none.
   */
  readonly cuts: boolean;
  /** A webhook that is signed but lacks its MessageSid is answered 2xx, counted, and stored as an event. */
  readonly unrecognized: boolean;
  /** The table holds one row with the sort key SIGNED for each signed text that was stored. */
  readonly markers: boolean;
}

/** The one place where they are switched on: generator and checker read them from here, by way of the plan. */
export const demands: Demands = { cuts: true, unrecognized: true, markers: true };
