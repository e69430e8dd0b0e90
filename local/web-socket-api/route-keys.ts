export const webSocketRouteKeys = ['$connect', '$default', '$disconnect'] as const;
export type WebSocketRouteKey = (typeof webSocketRouteKeys)[number];
