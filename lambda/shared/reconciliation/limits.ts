/** Hours that a comparison may look back: no further than the shortest retention, because older items may be gone. */
export const windowRange = { min: 1, max: 720 };
/** Minutes within which a webhook may still be on its way. */
export const settleRange = { min: 1, max: 60 };
