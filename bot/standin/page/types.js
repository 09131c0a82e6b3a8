/**
 * Type names for the editor and the type checker; nothing here runs.
 * The shapes are Discord's own (API v10), see PAGE_PROTOCOL.md beside this folder.
 *
 * @typedef {{id: string, username: string, global_name: string | null, bot?: boolean,
 *   accent_color?: number | null}} User
 * @typedef {{user: User, nick: string | null, roles: string[]}} Member
 * @typedef {{id: string, name: string, color: number, position: number, hoist: boolean}} Role
 * @typedef {{id: string, deny: string, allow: string}} Overwrite
 * @typedef {{id: string, type: number, name: string, topic?: string | null, position?: number,
 *   parent_id?: string | null, nsfw?: boolean, permissions: string, recipients?: User[],
 *   permission_overwrites?: Overwrite[], last_message_id?: string | null}} Channel
 * @typedef {{name: string, value: string | number}} Choice
 * @typedef {{type: number, name: string, description: string, required?: boolean,
 *   choices?: Choice[], autocomplete?: boolean, min_value?: number, max_value?: number,
 *   min_length?: number, max_length?: number, channel_types?: number[],
 *   options?: CommandOption[]}} CommandOption
 * @typedef {{id: string, type: number, name: string, description: string,
 *   options?: CommandOption[]}} Command
 * @typedef {{id: string, name: string, owner_id: string, roles: Role[], members: Member[],
 *   channels: Channel[], threads: Channel[]}} Guild
 * @typedef {{hint: string, me: User, bot: User, bot_connected: boolean, application_id: string,
 *   guild: Guild, dms: Channel[], commands: Command[]}} Snapshot
 *
 * @typedef {{url: string, proxy_url?: string, width?: number, height?: number,
 *   content_type?: string}} Media
 * @typedef {Media & {id: string, filename: string, description?: string | null,
 *   size: number}} Attachment
 * @typedef {{emoji: {id: string | null, name: string}, count: number, me: boolean}} Reaction
 * @typedef {{message_id: string, channel_id: string, guild_id?: string,
 *   type?: number}} MessageReference
 * @typedef {{id: string, type: number, user: User, name?: string}} InteractionMetadata
 * @typedef {{title?: string, description?: string, url?: string, color?: number,
 *   timestamp?: string, author?: {name: string, icon_url?: string, url?: string},
 *   footer?: {text: string, icon_url?: string}, thumbnail?: Media, image?: Media,
 *   fields?: {name: string, value: string, inline?: boolean}[]}} Embed
 * @typedef {{type: number, custom_id?: string, components?: Component[], [field: string]: any}
 *   } Component
 * @typedef {{id: string, channel_id: string, author: User, content: string, timestamp: string,
 *   edited_timestamp: string | null, type: number, flags?: number, mentions: User[],
 *   mention_roles?: string[], mention_everyone?: boolean, attachments: Attachment[],
 *   embeds: Embed[], components?: Component[], reactions?: Reaction[],
 *   message_reference?: MessageReference, referenced_message?: Message | null,
 *   message_snapshots?: {message: Message}[], interaction_metadata?: InteractionMetadata,
 *   thread?: Channel, notice?: string}} Message
 *   `notice` is the page's own: a local line about an interaction that failed.
 * @typedef {{id: string, nonce?: string, custom_id: string, title: string,
 *   components: Component[]}} ModalRequest
 * @typedef {{t: string, d: any}} LiveEvent
 *
 * @typedef {object} App What every view may reach; put together in app.js.
 * @property {import("./state.js").Store} store
 * @property {import("./api.js").Api} api
 * @property {import("./interactions.js").Interactions} interactions
 * @property {import("./navigation.js").Navigation} navigation
 * @property {import("./composer.js").Composer} composer
 * @property {import("./message_list.js").MessageList} list
 */
export {};
