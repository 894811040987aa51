/**
 * The shapes that desk and browser exchange, as docs/console-protocol.md names them. Times are ms since 1970.
 * Holds types alone; nothing here runs.
 *
 * @typedef {"voice" | "chat" | "sms"} Channel
 * @typedef {"ringing" | "dialling" | "talking" | "hold" | "consulting" | "wrap_up" | "parked" | "result_open"} Work
 * @typedef {"inbound" | "outbound" | "internal" | "direct"} Direction
 * @typedef {"logged_out" | "not_ready" | "ready"} Presence
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {number} number
 * @property {"customer" | "agent" | "system"} author
 * @property {string} text
 * @property {number} at
 * @property {"pending" | "sent" | "delivered" | "failed" | null} [delivery]
 * @property {string | null} [agent]
 *
 * @typedef {object} Customer
 * @property {string} id
 * @property {string} name
 * @property {string[]} names other names
 * @property {{number: string, label: string, valid: boolean}[]} phones
 * @property {string} [email]
 * @property {string} [address]
 * @property {string} [class]
 * @property {number} [vip]
 * @property {string} [language]
 * @property {string | null} [own_agent]
 * @property {Record<string, unknown>} [attributes]
 * @property {string} [notes]
 *
 * @typedef {object} HistoryItem
 * @property {string} contact
 * @property {Channel} channel
 * @property {number} at
 * @property {string} [queue]
 * @property {string} [agent]
 * @property {string} [outcome]
 * @property {string} [disposition]
 * @property {string} [note]
 *
 * @typedef {object} Contact
 * @property {string} id
 * @property {Channel} channel
 * @property {Direction} direction
 * @property {Work} state
 * @property {string | null} offer
 * @property {string} queue
 * @property {string} queue_name
 * @property {number | null} expires_at
 * @property {number} since_at
 * @property {number} arrived_at
 * @property {number} waited_ms
 * @property {boolean} can_accept
 * @property {boolean} [auto] accepted without a click
 * @property {string} name
 * @property {string} address
 * @property {{node: string, key: string, label: string}[]} path
 * @property {{name: string, value: string | null}[]} inputs
 * @property {Customer | null} customer
 * @property {HistoryItem[]} history
 * @property {Message[]} messages
 * @property {string[]} dispositions
 * @property {"none" | "optional" | "mandatory" | "timed" | null} wrap_up
 * @property {number | null} wrap_up_ends_at
 * @property {number} extensions how often more time was taken to wrap up
 * @property {number} extensions_left
 * @property {boolean} recording
 * @property {{with: string | null, asks: boolean, answered: boolean, aside: boolean, joined: boolean} | null} [consult] the colleague who is asked about it
 * @property {string | null} [passed_on_by] which colleague passed it on
 * @property {boolean} [called_back] whether it is us who call
 * @property {{whole: boolean, duration_ms: number} | null} [message] what the caller has left and gone
 *
 * @typedef {object} Agent
 * @property {string} id
 * @property {string} name
 * @property {string | null} station
 * @property {boolean} station_reachable
 * @property {string | null} home_station
 * @property {Presence} presence
 * @property {string} reason
 * @property {number} since_at
 * @property {{presence: Presence, reason: string, by: string} | null} [next]
 * @property {Penalty[]} [penalties]
 *
 * @typedef {object} Penalty nothing of the queue (null: nothing at all) is offered until then
 * @property {string | null} queue
 * @property {string} [queue_name]
 * @property {"rejected" | "no_answer"} outcome
 * @property {number} until_at
 *
 * @typedef {object} QueueFigures
 * @property {string} id
 * @property {string} name
 * @property {Partial<Record<Channel, number>>} channels
 * @property {number} waiting
 * @property {number} [callbacks] whom we have promised to call
 * @property {number} [messages] what callers have left to be listened to
 * @property {number | null} longest_wait_at
 * @property {number} offered
 * @property {number} handled
 * @property {number} abandoned
 * @property {number} short_abandoned
 * @property {number | null} service_level
 * @property {string} service_level_variant
 * @property {number} target_percent
 * @property {number} target_ms
 * @property {number | null} asa_ms
 * @property {number | null} abandon_rate
 * @property {{ready: number, busy: number, wrap_up: number, not_ready: number, signed_in: number}} agents
 * @property {number} interval_from_at
 * @property {[number, number] | null} next_wait_ms
 * @property {number} estimates_judged
 * @property {boolean} reserve_called
 * @property {number | null} estimate_error_ms
 * @property {number | null} estimates_within
 *
 * @typedef {object} ModeFigures
 * @property {string | null} queue null for the whole centre
 * @property {string} mode
 * @property {string} name
 * @property {number} since_at
 * @property {number | null} until_at
 * @property {string} by
 * @property {string} source
 * @property {string} reason
 * @property {string} former
 * @property {number | null} former_until_at
 *
 * @typedef {object} BoardAgent
 * @property {string} id
 * @property {string} name
 * @property {Presence} presence
 * @property {string} reason
 * @property {number} since_at
 * @property {{channel: Channel, state: Work, queue: string, since_at: number, direction?: Direction}[]} work
 * @property {{rejected: number, no_answer: number, busy: number, device_lost: number}} [missed] offers of today not taken
 * @property {Penalty[]} [penalties]
 * @property {{presence: Presence, reason: string, forced: boolean} | null} [next]
 * @property {number} [units] what the texts in hand may take together; 0: channels count apart
 * @property {number} [units_used]
 *
 * @typedef {object} Station
 * @property {string} id
 * @property {boolean} reachable
 * @property {boolean} auto_answer
 *
 * @typedef {object} Center
 * @property {string} name
 * @property {string[]} languages
 * @property {{id: string, name: string, dispositions: string[]}[]} queues
 * @property {string[]} reasons
 * @property {Station[]} stations
 * @property {boolean} [dials] whether agents may call customers
 * @property {boolean} [calls_colleagues] whether agents may call each other
 * @property {boolean} [display] whether this desk only displays
 * @property {Record<string, Record<string, string>>} [texts]
 *
 * @typedef {object} Me
 * @property {string} name
 * @property {"agent" | "supervisor" | "admin" | "integration"} role
 * @property {string | null} agent
 * @property {string} [language]
 */
export {};
